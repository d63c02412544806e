"""What lies in the air: rain, snow, dust, haze, rays, lightning …"""
